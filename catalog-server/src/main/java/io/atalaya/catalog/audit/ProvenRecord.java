package io.atalaya.catalog.audit;

/**
 * A record with all that someone needs who trusts only the log's public key.
 *
 * @param record what the line says
 * @param line the line itself, without its line feed: what is hashed
 * @param proof that the line is under the checkpoint
 * @param checkpoint the signed note
 */
public record ProvenRecord(AuditRecord record, String line, InclusionProof proof, String checkpoint) {}
