"""What has to be in order before the bot can run, one finding at a time."""
