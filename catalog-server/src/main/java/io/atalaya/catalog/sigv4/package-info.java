/** AWS Signature Version 4, checked on the raw bytes of a request. */
@NullMarked
package io.atalaya.catalog.sigv4;

import org.jspecify.annotations.NullMarked;
