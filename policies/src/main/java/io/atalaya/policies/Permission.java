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
    GRANT_WITH_LF_TAG_EXPRESSION
}
