"""This year's report against last year's."""
