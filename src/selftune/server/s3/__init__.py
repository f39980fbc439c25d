"""The part of S3 that training needs, on the artifact folder: buckets, objects, ranges, uploads in parts."""
