"""How completely, and with how few requests, reports are found from a portal's home page alone."""
