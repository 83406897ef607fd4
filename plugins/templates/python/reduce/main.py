"""Counts the documents in which each year is named."""

import sheaf


@sheaf.process
def process(doc, ctx):
    """Called for each document: gives what it amounts to, here its years.

    Nothing may be kept from one document for the next: they go to many workers.
    """
    return {date.value[:4]: True for date in doc.spans("date")} or None


@sheaf.merge
def merge(total, years):
    """Called when all documents are done, with what each amounts to, in their
    order. The total begins as an empty dictionary."""
    for year in years:
        total[year] = total.get(year, 0) + 1


@sheaf.finish
def finish(total, ctx):
    """Called at the end: writes the output."""
    for year in sorted(total):
        if int(year) >= ctx.options["first"]:
            ctx.write(f"{year},{total[year]}\n")


sheaf.run()
