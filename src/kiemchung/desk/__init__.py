"""The rules of the newsroom: asking, grouping, checking with two people, publishing, correcting; it knows no pages."""
