/**
 * Athena's wire protocol, AWS JSON 1.1: what clients of Athena speak when Atalaya is their endpoint.
 *
 * @see <a href="https://docs.aws.amazon.com/athena/latest/APIReference/Welcome.html">Amazon Athena API reference</a>
 */
@NullMarked
package io.atalaya.catalog.athena;

import org.jspecify.annotations.NullMarked;
