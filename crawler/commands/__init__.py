"""One module for each command of `nianbao`; crawler/cli.py holds their options."""
