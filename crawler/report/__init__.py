"""What an annual report is: its values, its two table forms, and who must file when. Pure."""
