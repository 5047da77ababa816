-- What a notice about a run of a pipeline says; null for those whose kind says it all.
ALTER TABLE notice ADD COLUMN message TEXT;
