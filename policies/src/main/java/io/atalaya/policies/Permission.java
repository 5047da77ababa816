package io.atalaya.policies;

/**
 * What a grant allows, in Lake Formation's words.
 *
 * @see <a href="https://docs.aws.amazon.com/lake-formation/latest/dg/lf-permissions-reference.html">Lake Formation
 *     permissions reference</a>
 */
public enum Permission {
    ALL,
    SELECT,
    INSERT,
    DELETE,
    ALTER,
    DROP,
    DESCRIBE,
    CREATE_DATABASE,
    CREATE_TABLE,
    DATA_LOCATION_ACCESS,
    CREATE_LF_TAG,
    ASSOCIATE,
    /** To grant oneself SELECT for a few hours, with a reason and a review afterwards. Atalaya's own; no part of ALL. */
    BREAK_GLASS,
    GRANT_WITH_LF_TAG_EXPRESSION
}
