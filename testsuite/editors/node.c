/* SPDX-License-Identifier: MIT */
/* The grammar as a module for Node.js's tree-sitter package, which knows it by its type tag. */
#include <node_api.h>

const void *tree_sitter_gocc(void);

napi_value napi_register_module_v1(napi_env env, napi_value exports)
{
    static const napi_type_tag language = {0x8AF2E5212AD58ABF, 0xD5006CAD83ABBA16};
    napi_value external, name;

    napi_create_external(env, (void *)(uintptr_t)tree_sitter_gocc(), NULL, NULL, &external);
    napi_type_tag_object(env, external, &language);
    napi_create_string_utf8(env, "gocc", NAPI_AUTO_LENGTH, &name);
    napi_set_named_property(env, exports, "name", name);
    napi_set_named_property(env, exports, "language", external);
    return exports;
}
