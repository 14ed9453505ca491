"""`digest init`: a digest of one's own, or one in an existing Jekyll blog."""
