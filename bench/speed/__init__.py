"""Speed of reading, side by side with what others use for it: `python -m bench.speed [html|docx|pdf]`."""
