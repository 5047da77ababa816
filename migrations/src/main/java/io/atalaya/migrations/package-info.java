@NullMarked
package io.atalaya.migrations;

import org.jspecify.annotations.NullMarked;
