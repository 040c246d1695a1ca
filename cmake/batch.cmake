# sparekey_batch(target [headers...]): the sources of one folder are compiled together, and for a target
# of many folders the headers that nearly all of them read are read once (SPAREKEY_BATCH): half of the
# work. For builds from nothing; one that follows a change of one source is quicker without, and ccache,
# which serves those, does not see through precompiled headers.
#
# So that it works, what the sources of a folder name in their unnamed namespaces differs from each
# other. A source that forgets an include is noticed by the builds without.
set(SPAREKEY_BATCH_SIZE 20) # sources; more would leave one core with the last of them

function(sparekey_batch target)
    if(NOT SPAREKEY_BATCH)
        return()
    endif()
    if(ARGN)
        target_precompile_headers(${target} PRIVATE ${ARGN})
    endif()
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_MODE GROUP)
    # GCC takes what a batch includes for headers, which should have no unnamed namespaces.
    target_compile_options(${target} PRIVATE $<$<CXX_COMPILER_ID:GNU>:-Wno-subobject-linkage>)
    get_target_property(sources ${target} SOURCES)
    foreach(source IN LISTS sources)
        get_filename_component(folder ${source} DIRECTORY)
        string(MAKE_C_IDENTIFIER "batch_${folder}" folder)
        math(EXPR ${folder} "${${folder}} + 1")
        math(EXPR batch "(${${folder}} - 1) / ${SPAREKEY_BATCH_SIZE}")
        set_source_files_properties(${source} PROPERTIES UNITY_GROUP ${folder}_${batch})
    endforeach()
endfunction()
