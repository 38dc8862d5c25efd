"""The service around the classifier: sources of posts, the review channel, the store and the command line."""
