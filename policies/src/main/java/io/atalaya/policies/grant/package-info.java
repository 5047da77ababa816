@NullMarked
package io.atalaya.policies.grant;

import org.jspecify.annotations.NullMarked;
