"""One module for each command of `nianbao`; crawler/cli holds their options."""
