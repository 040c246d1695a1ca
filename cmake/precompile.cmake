# Headers that nearly every source of a target reads, read once (SPAREKEY_PRECOMPILE). For builds from
# nothing: ccache, which serves the others and is not used then, does not see through them. A source
# that forgets an include is noticed by the builds without.
function(sparekey_precompile target)
    if(SPAREKEY_PRECOMPILE)
        target_precompile_headers(${target} PRIVATE ${ARGN})
    endif()
endfunction()
