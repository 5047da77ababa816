@NullMarked
package io.atalaya.policies.guard;

import org.jspecify.annotations.NullMarked;
