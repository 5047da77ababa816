/** What people write SQL with: the texts they have open, and those they keep and share. */
@NullMarked
package io.atalaya.catalog.workbench;

import org.jspecify.annotations.NullMarked;
