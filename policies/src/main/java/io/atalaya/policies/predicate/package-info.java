@NullMarked
package io.atalaya.policies.predicate;

import org.jspecify.annotations.NullMarked;
