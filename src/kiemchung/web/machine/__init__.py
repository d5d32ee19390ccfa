"""What programs read: feeds, data, the interfaces of others, the public log."""
