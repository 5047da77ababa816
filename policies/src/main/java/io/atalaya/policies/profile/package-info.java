@NullMarked
package io.atalaya.policies.profile;

import org.jspecify.annotations.NullMarked;
