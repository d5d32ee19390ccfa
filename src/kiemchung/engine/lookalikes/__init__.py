"""Who imitates an organisation: domains, links, sender and display names, with the probability and the reasons."""
