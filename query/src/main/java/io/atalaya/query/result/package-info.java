/** Answers as Athena's text, kept on disk for a while. */
@NullMarked
package io.atalaya.query.result;

import org.jspecify.annotations.NullMarked;
