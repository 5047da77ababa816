-- Files that came in an archive, by the hash of it; they are not kept once more beside it.
ALTER TABLE delivery ADD COLUMN archive TEXT;
