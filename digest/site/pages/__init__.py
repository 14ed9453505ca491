"""Every kind of page, feed and file of the site."""
