"""What nianbao answers over HTTP."""
