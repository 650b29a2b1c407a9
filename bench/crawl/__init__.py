"""A whole crawl beside a bare Scrapy spider that asks for the same pages."""
