"""The disclosure column of the portal that publishes the report."""
