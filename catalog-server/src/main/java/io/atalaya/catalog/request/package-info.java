/** Requests for access: who asks for what, who approves it, and that it takes effect and ends as approved. */
@NullMarked
package io.atalaya.catalog.request;

import org.jspecify.annotations.NullMarked;
