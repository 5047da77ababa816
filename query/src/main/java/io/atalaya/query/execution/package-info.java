/** Running statements: the queue, the engine's answer as text, results on disk, and what is kept of it all. */
@NullMarked
package io.atalaya.query.execution;

import org.jspecify.annotations.NullMarked;
