"""The desk as a site of plain files, for any web server or none.

build      the whole of it: reach, rewrite, add, replace
kinds      which addresses of the desk become which files
crawl      every page that a visitor can reach
html       pages: links between files, icons within, the policy in a tag
feeds      feeds: their own addresses
cards      entries as the search shows them
search     the index of the search, in small files
maps       sitemap.xml and robots.txt
render     all of that, as files
folder     the folder: only what has changed is written, only what is ours is removed
"""

from aggregator.site.build import Report, SiteOptions, build

__all__ = ["Report", "SiteOptions", "build"]
