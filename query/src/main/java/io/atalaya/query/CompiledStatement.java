package io.atalaya.query;

import io.atalaya.policies.Decision;
import java.util.List;

/** A statement that has been checked, resolved and secured for one principal, ready to run: one that answers, or one that changes something. */
public sealed interface CompiledStatement permits CompiledQuery, CompiledCommand {
    StatementKind kind();

    /** Athena's finer class, such as {@code SELECT} or {@code INSERT}. */
    String substatement();

    /** Of the result; names may repeat. */
    List<ResultColumn> columns();

    /** What was applied, one for each table read. */
    List<Decision.Allowed> decisions();

    /** What is read, in the order it appears. */
    List<CompiledQuery.Input> inputs();

    /** Size of the data files that are read, reduced to the columns needed. */
    long bytesPlanned();

    /** The policy epoch it was decided at. */
    long epoch();
}
