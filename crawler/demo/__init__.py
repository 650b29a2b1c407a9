"""The sample province: seeded annual reports of invented places, and two portals that serve them."""
