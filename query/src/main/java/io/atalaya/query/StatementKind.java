package io.atalaya.query;

/** Athena's classes of statements: {@code SELECT} is DML, {@code SHOW} and {@code DESCRIBE} are utilities. */
public enum StatementKind {
    DML,
    DDL,
    UTILITY
}
