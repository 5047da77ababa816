package io.atalaya.lakehouse.vector;

/** How near two vectors are: the greater, the nearer. */
public enum Metric {
    /** The cosine of the angle between them, from -1 to 1; a vector of zeros is near to nothing. */
    COSINE,
    /** Their inner product. */
    DOT_PRODUCT,
    /** How far they are apart, as a number that is not positive. */
    EUCLIDEAN
}
