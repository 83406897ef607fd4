"""Finds years."""

import re
import sheaf

YEAR = re.compile(r"\b\d{4}\b", re.ASCII)


@sheaf.process
def process(doc, ctx):
    """Called for each document."""
    for match in YEAR.finditer(doc.text):
        if int(match.group()) >= ctx.options["first"]:
            doc.add("date", match.start(), match.end(), value=match.group(), precision="year")


sheaf.run()
