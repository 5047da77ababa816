@NullMarked
package io.atalaya.policies.mask;

import org.jspecify.annotations.NullMarked;
