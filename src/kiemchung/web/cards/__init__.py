"""Pictures of published reviews for sharing: drawn by ourselves, from letters that were drawn beforehand."""
