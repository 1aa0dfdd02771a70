/** Plans that are made once for containers which differ in their names only. */
package io.gatun.isolator.template;
