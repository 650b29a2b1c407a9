"""What is found where no report is: by the assessment of duties after a crawl, never by reading one."""
