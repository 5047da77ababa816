/** The command line. */
@NullMarked
package io.atalaya.catalog.command;

import org.jspecify.annotations.NullMarked;
