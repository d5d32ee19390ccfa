"""The words of the pages: collected from code and templates, translated in `locale/vi`, compiled by ourselves."""
