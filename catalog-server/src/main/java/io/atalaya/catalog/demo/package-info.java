/** The demonstration: users, example workspaces and their data. */
@NullMarked
package io.atalaya.catalog.demo;

import org.jspecify.annotations.NullMarked;
