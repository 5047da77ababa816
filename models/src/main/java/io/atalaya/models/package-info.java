/** Models: what they learn from, how good they are, and how they are carried out. */
@NullMarked
package io.atalaya.models;

import org.jspecify.annotations.NullMarked;
