/** The policies of one epoch in memory, and the decisions taken on them. Pure: no I/O, and the clock is passed in. */
@NullMarked
package io.atalaya.policies.snapshot;

import org.jspecify.annotations.NullMarked;
