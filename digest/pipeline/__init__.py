"""The order of a day, of one paper, of many days; `assembly` puts the stages together."""
