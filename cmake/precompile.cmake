# Headers that nearly every source of a target reads, read once (SPAREKEY_PRECOMPILE). Only for builds
# from nothing: ccache, which serves the others, does not see through them, and a source that
# forgets an include is noticed by the builds without.
function(sparekey_precompile target)
    if(SPAREKEY_PRECOMPILE)
        target_precompile_headers(${target} PRIVATE ${ARGN})
    endif()
endfunction()
